/** The generated dashboards (classic Grafana JSON), read once when the console starts. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { systemCodeOf } from '../lib/errors.ts'

/** What generated files say to people who would edit them. */
const forEditors = /\s*Generated from [^\n]*$/

export interface Dashboards {
  readonly list: readonly { readonly uid: string; readonly title: string; readonly description: string }[]
  readonly find: (uid: string) => unknown
}

/** Reads every dashboard of a folder; a file that is none is left out and told. A missing folder holds none. */
export async function readDashboards(folder: string, onFault: (file: string) => void): Promise<Dashboards> {
  const byUid = new Map<
    string,
    { readonly title: string; readonly description: string; readonly json: unknown }
  >()
  for (const file of await filesOf(folder)) {
    const found = dashboardOf(await readFile(join(folder, file), 'utf8'))
    if (found === undefined) onFault(file)
    else byUid.set(found.uid, found)
  }
  const list = [...byUid].map(([uid, { title, description }]) => ({ uid, title, description }))
  return {
    list: list.sort((one, other) => one.title.localeCompare(other.title)),
    find: (uid) => byUid.get(uid)?.json,
  }
}

async function filesOf(folder: string): Promise<readonly string[]> {
  try {
    return (await readdir(folder)).filter((file) => file.endsWith('.json')).sort()
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return []
    throw error
  }
}

function dashboardOf(file: string) {
  try {
    const json: unknown = JSON.parse(file)
    if (typeof json !== 'object' || json === null || !('uid' in json) || !('title' in json)) return undefined
    const { uid, title } = json
    if (typeof uid !== 'string' || typeof title !== 'string') return undefined
    const text = 'description' in json && typeof json.description === 'string' ? json.description : ''
    const description = text.replace(forEditors, '')
    return { uid, title, description, json: { ...json, description } }
  } catch {
    return undefined
  }
}
