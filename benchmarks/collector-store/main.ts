/**
 * The local store against a naive JSON-lines file. Benchmarks import no room, so the measuring process is
 * started beside the store's tests; its last line is JSON.
 *
 * Usage: `npm run bench -- collector-store [requests]`, 500 spans each, default 400.
 */
import { spawn } from 'node:child_process'

const child = spawn(process.execPath, ['tests/collector/store/measure.ts', ...process.argv.slice(2)], {
  stdio: 'inherit',
})
child.once('exit', (code) => process.exit(code ?? 1))
