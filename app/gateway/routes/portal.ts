/** Serves the portal from memory: the page never cached, its parts for ever under the hash in their names. */
import type { Express } from 'express'
import type { PortalBundle } from '../portal-bundle.ts'

/** What the page is told before anybody has logged in. */
export interface PortalConfig {
  readonly demo: boolean
  readonly environment: string
  readonly faro: { readonly url: string; readonly apiKey?: string }
}

/** Mounts the page, its parts and its configuration. */
export function mountPortal(app: Express, bundle: PortalBundle, config: PortalConfig): void {
  app.get('/', (_request, response) => {
    response.set('cache-control', 'no-cache').type('html').send(bundle.page)
  })
  app.get('/config.json', (_request, response) => {
    response.set('cache-control', 'no-store').json(config)
  })
  app.get('/assets/:name', (request, response, next) => {
    const asset = bundle.assets.get(request.params.name)
    if (asset === undefined) {
      next()
      return
    }
    response.set('cache-control', 'public, max-age=31536000, immutable').type(asset.type).send(asset.body)
  })
}
