/** The programs taken from the system or from Debian: how each is called, and where its package puts it. */
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

export interface Tool {
  readonly name: string
  /** Names it has on PATH, the one that upstream uses last. */
  readonly programs: readonly string[]
  readonly debianPackage: string
  /** Path inside the package. */
  readonly packaged: string
}

export const tools = {
  prometheus: {
    name: 'Prometheus',
    programs: ['prometheus'],
    debianPackage: 'prometheus',
    packaged: 'usr/bin/prometheus',
  },
  promtool: {
    name: 'promtool',
    programs: ['promtool'],
    debianPackage: 'prometheus',
    packaged: 'usr/bin/promtool',
  },
  alertmanager: {
    name: 'Alertmanager',
    programs: ['prometheus-alertmanager', 'alertmanager'],
    debianPackage: 'prometheus-alertmanager',
    packaged: 'usr/bin/prometheus-alertmanager',
  },
  amtool: {
    name: 'amtool',
    programs: ['amtool'],
    debianPackage: 'prometheus-alertmanager',
    packaged: 'usr/bin/amtool',
  },
  nodeExporter: {
    name: 'node-exporter',
    programs: ['prometheus-node-exporter', 'node_exporter'],
    debianPackage: 'prometheus-node-exporter',
    packaged: 'usr/bin/prometheus-node-exporter',
  },
  postgresExporter: {
    name: 'postgres-exporter',
    programs: ['prometheus-postgres-exporter', 'postgres_exporter'],
    debianPackage: 'prometheus-postgres-exporter',
    packaged: 'usr/bin/prometheus-postgres-exporter',
  },
} as const satisfies Record<string, Tool>
export type ToolName = keyof typeof tools

/** Finds an executable on a PATH. */
export function findProgram(names: readonly string[], path: string): string | undefined {
  const folders = path.split(delimiter).filter(Boolean)
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(isExecutable)
}

export interface LocatedTool {
  readonly file: string
  /** Folder to start it in: an extracted package finds its own files below it. */
  readonly cwd: string
}

/** Finds a tool on PATH, else among the extracted packages. */
export function findTool(tool: Tool, path: string, packagesDirectory: string): LocatedTool | undefined {
  const onPath = findProgram(tool.programs, path)
  if (onPath !== undefined) return { file: onPath, cwd: '/' }
  const cwd = join(packagesDirectory, tool.debianPackage)
  const file = join(cwd, tool.packaged)
  return isExecutable(file) ? { file, cwd } : undefined
}

/** Tells whether a file may be executed by us. */
function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
