/** Every generated file by its path: dashboards in both formats and Grafana's provisioning. */
import { catalogue } from '../catalogue.ts'
import { renderProvisioning, type StoreUrls } from './provisioning.ts'
import { renderClassic } from '../render/classic.ts'
import { renderV2 } from '../render/v2.ts'

/** Renders all files, the path below the folder of generated files first. */
export function renderFiles(urls: StoreUrls): ReadonlyMap<string, string> {
  return new Map([
    ...catalogue.flatMap((dashboard) => [
      [`dashboards/v1/${dashboard.uid}.json`, json(renderClassic(dashboard))] as const,
      [`dashboards/v2/${dashboard.uid}.json`, json(renderV2(dashboard))] as const,
    ]),
    ...[...renderProvisioning(urls)].map(([path, text]) => [`provisioning/${path}`, text] as const),
  ])
}

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`
