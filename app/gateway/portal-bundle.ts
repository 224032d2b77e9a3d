/** Bundles the portal with esbuild into memory when the gateway starts. */
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { build, stop } from 'esbuild'

export interface Asset {
  /** Media type. */
  readonly type: string
  readonly body: Buffer
}

export interface PortalBundle {
  readonly page: string
  /** By file name, which holds a hash of the content. */
  readonly assets: ReadonlyMap<string, Asset>
}

const folder = join(import.meta.dirname, '../portal')

/** Builds the page and its parts. */
export async function bundlePortal(): Promise<PortalBundle> {
  const [script, style, icon, template] = await Promise.all([
    bundle('portal.ts'),
    bundle('portal.css'),
    readFile(join(folder, 'icon.svg')),
    readFile(join(folder, 'index.html'), 'utf8'),
  ])
  // Its service process would keep some 50 MB for the life of the gateway.
  await stop()
  const assets = new Map<string, Asset>()
  const add = (name: string, extension: string, asset: Asset): string => {
    const hash = createHash('sha256').update(asset.body).digest('hex').slice(0, 16)
    const file = `${name}-${hash}.${extension}`
    assets.set(file, asset)
    return `/assets/${file}`
  }
  const page = template
    .replace('{{script}}', add('portal', 'js', { type: 'text/javascript; charset=utf-8', body: script }))
    .replace('{{style}}', add('portal', 'css', { type: 'text/css; charset=utf-8', body: style }))
    .replace('{{icon}}', add('icon', 'svg', { type: 'image/svg+xml', body: icon }))
  return { page, assets }
}

async function bundle(entry: string): Promise<Buffer> {
  const { outputFiles } = await build({
    entryPoints: [join(folder, entry)],
    bundle: true,
    write: false,
    minify: true,
    format: 'esm',
    target: ['es2023', 'chrome120', 'firefox121', 'safari17'],
    legalComments: 'none',
    logLevel: 'silent',
  })
  const [file] = outputFiles
  // One entry without splitting gives one file; a failed build has thrown.
  return Buffer.from(file!.contents)
}
