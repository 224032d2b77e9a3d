/**
 * Builds the verifier as one page that needs nothing else: the verifier's own code, with a browser's hashing and
 * signatures in the place of Node's. The page's policy lets it load and send nothing.
 */
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { build, stop } from 'esbuild'

const folder = join(import.meta.dirname, 'page')

/** Builds the page; the same sources give the same bytes. */
export async function buildPage(): Promise<string> {
  const [script, style, template] = await Promise.all([
    bundle('page.ts'),
    bundle('page.css'),
    readFile(join(folder, 'page.html'), 'utf8'),
  ])
  // Its service process would keep this one alive.
  await stop()
  const policy = [
    "default-src 'none'",
    `script-src '${sourceOf(script)}'`,
    `style-src '${sourceOf(style)}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ')
  return template
    .replace('{{policy}}', () => policy)
    .replace('<style></style>', () => `<style>${style}</style>`)
    .replace('></script>', () => `>${script}</script>`)
}

/** Bundles a file of the page with everything it stands on, the browser's parts in the place of Node's. */
export async function bundle(name: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(folder, name)],
    bundle: true,
    write: false,
    minify: true,
    format: 'esm',
    target: ['es2023', 'chrome137', 'firefox130', 'safari17.4'],
    alias: { 'node:crypto': join(folder, 'browser-crypto.ts') },
    inject: name.endsWith('.ts') ? [join(folder, 'browser-buffer.ts')] : [],
    legalComments: 'none',
    charset: 'utf8',
    logLevel: 'silent',
  })
  // The end of a script element within the script would end it.
  return (outputFiles[0]?.text ?? '').trim().replaceAll('</script', '<\\/script')
}

/** Names a piece of the page in its policy, by hash. */
function sourceOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`
}
