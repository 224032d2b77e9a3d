/** The configuration of Alertmanager as a folder of files. */
import { join } from 'node:path'
import type { AlertmanagerOptions } from '../alertmanager/options.ts'
import { renderAlertmanager } from '../alertmanager/write.ts'
import type { GeneratedFolder } from './generated-files.ts'

/** Builds `<folder>/alertmanager`. */
export function alertmanagerFolder(folder: string, options: AlertmanagerOptions): GeneratedFolder {
  const files = new Map(Object.entries(renderAlertmanager(options)))
  return { folder: join(folder, 'alertmanager'), files }
}
