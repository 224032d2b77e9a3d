/** The programs of Prometheus and Alertmanager for tests: from PATH, else from the packages the supervisor extracts. */
import { openPackageStore } from '../../compose/local/packages/debian.ts'
import { tools, type LocatedTool, type ToolName } from '../../compose/local/packages/tool.ts'
import { readSettings } from '../../compose/local/settings.ts'

const settings = readSettings(process.env)
const store = openPackageStore(settings.path, settings.packagesDirectory)

/** Finds a program and the folder to start it in; packages that are missing are fetched. */
export function locateEngine(name: ToolName): Promise<LocatedTool> {
  return store.locate(tools[name])
}

/** Finds the path of a program that needs no folder of its own. */
export async function engineTool(name: ToolName): Promise<string> {
  return (await locateEngine(name)).file
}
