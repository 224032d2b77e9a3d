/** Serves an OpenAPI document at `/api/docs`: a small page for browsers, JSON for everything else. */
import { createHash } from 'node:crypto'
import type { Express } from 'express'
import type { OpenApi } from './openapi.ts'

const style = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
body { max-width: 60rem; margin: 0 auto; padding: 1rem }
h2 { margin: 2rem 0 .5rem; font-size: 1.1rem }
code, pre { font: .875rem/1.5 ui-monospace, monospace }
li { margin: .4rem 0; overflow-wrap: anywhere }
.method { display: inline-block; min-width: 4rem; font-weight: 700; text-transform: uppercase }
details pre { overflow: auto; padding: .75rem; border: 1px solid color-mix(in srgb, currentColor 25%, transparent); border-radius: .5rem }
`
const styleHash = createHash('sha256').update(style).digest('base64')
const policy = `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`

/** Mounts the document; `read` may build it anew at every request. */
export function mountDocs(app: Express, read: () => OpenApi | Promise<OpenApi>): void {
  app.get('/api/docs/openapi.json', async (_request, response) => {
    response.json(await read())
  })
  app.get('/api/docs', async (request, response) => {
    const document = await read()
    response.vary('accept')
    if (request.accepts(['json', 'html']) !== 'html') {
      response.json(document)
      return
    }
    response.set('content-security-policy', policy).type('html').send(docsPage(document))
  })
}

/** Writes the page. */
export function docsPage({ info, paths }: OpenApi): string {
  const entries = Object.entries(paths).map(([path, item]) => {
    const rows = Object.entries(item).map(([method, operation]) => docsRow(method, operation))
    return `<section><h2><code>${escapeHtml(path)}</code></h2><ul>${rows.join('')}</ul></section>`
  })
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escapeHtml(info.title)} API</title><style>${style}</style></head><body><main>
<h1>${escapeHtml(info.title)} API</h1><p>${escapeHtml(info.description)} The same as JSON: <a href="/api/docs/openapi.json">openapi.json</a>.</p>
${entries.join('\n')}</main></body></html>`
}

function docsRow(method: string, operation: unknown): string {
  const summary =
    typeof operation === 'object' && operation !== null && 'summary' in operation
      ? String(operation.summary)
      : ''
  const source = escapeHtml(JSON.stringify(operation, undefined, 2))
  return `<li><span class="method">${escapeHtml(method)}</span> ${escapeHtml(summary)}
<details><summary>Details</summary><pre>${source}</pre></details></li>`
}

function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}
