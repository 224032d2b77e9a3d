/** `node dashboards/main.ts generate | check`. Exit codes: 0 done, 1 stale or against a rule, 2 wrong usage. */
import { fileURLToPath } from 'node:url'
import { Command, CommanderError } from 'commander'
import { messageOf } from '../lib/errors.ts'
import { renderFiles } from './write/files.ts'
import { describeFault, lint } from './lint/lint.ts'
import { catalogue } from './catalogue.ts'
import { containerUrls } from './write/provisioning.ts'
import { renderClassic } from './render/classic.ts'
import { compare, write } from './write/disk.ts'

interface GenerateOptions {
  readonly out?: string
  readonly prometheusUrl: string
  readonly tempoUrl: string
  readonly lokiUrl: string
}

const committed = fileURLToPath(new URL('../compose/generated', import.meta.url))

const program = new Command('dashboards')
  .description('dashboards as typed code: write them as JSON, check what is committed')
  .exitOverride()
  .showHelpAfterError()
  .addHelpText('after', '\nExit codes: 0 done, 1 stale or against a rule, 2 wrong usage.')

program
  .command('generate')
  .description('write dashboards (v1 and v2) and Grafana’s provisioning files')
  .option('--out <folder>', 'where to; default the committed files in compose/generated')
  .option('--prometheus-url <url>', 'where Grafana reaches Prometheus', containerUrls.prometheus)
  .option('--tempo-url <url>', 'where Grafana reaches Tempo', containerUrls.tempo)
  .option('--loki-url <url>', 'where Grafana reaches Loki', containerUrls.loki)
  .action(({ out = committed, prometheusUrl, tempoUrl, lokiUrl }: GenerateOptions) => {
    if (!follows()) return
    const files = renderFiles({ prometheus: prometheusUrl, tempo: tempoUrl, loki: lokiUrl })
    const changes = write(out, files)
    console.log(`${files.size} files, ${changes.length} written`)
  })

program
  .command('check')
  .description('lint every dashboard and compare the committed files with what would be written')
  .action(() => {
    if (!follows()) return
    const files = renderFiles(containerUrls)
    const differences = compare(committed, files)
    for (const { path, why } of differences) console.error(`compose/generated/${path} is ${why}`)
    console.log(`${files.size} files compared, ${differences.length} differ`)
    if (differences.length > 0) process.exitCode = 1
  })

/** Prints every fault the lint finds; nothing is written that breaks a rule. */
function follows(): boolean {
  const report = lint(catalogue.map(renderClassic))
  for (const fault of report.faults) console.error(describeFault(fault))
  const { dashboards, panels, queries, rules } = report.looked
  console.log(
    `${dashboards} dashboards, ${panels} panels, ${queries} queries, ${rules} rules, ${report.faults.length} faults`,
  )
  if (report.faults.length > 0) process.exitCode = 1
  return report.faults.length === 0
}

try {
  await program.parseAsync()
} catch (error) {
  const isHelp = error instanceof CommanderError && error.exitCode === 0
  if (!(error instanceof CommanderError)) console.error(messageOf(error))
  process.exitCode = isHelp ? 0 : error instanceof CommanderError ? 2 : 1
}
