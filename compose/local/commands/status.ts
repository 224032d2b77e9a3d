/** `status`: one row per component, time to ready and memory as measured. */
import type { Settings } from '../settings.ts'
import type { ApplianceStatus, ComponentStatus } from '../supervise/status.ts'
import { megabytes, memoryFigures, seconds } from './announce.ts'
import type { ExitCode, Output } from './output.ts'
import { fetchStatus } from './status-client.ts'

/** Shows the status; 0 when all is ready, 1 when not or when nothing runs. */
export async function showStatus(settings: Settings, json: boolean, output: Output): Promise<ExitCode> {
  const status = await fetchStatus(settings)
  if (status === undefined) {
    if (json) output.write(JSON.stringify({ state: 'stopped', home: settings.home }))
    else output.write(`  not running (home ${settings.home}): start it with ./campanile up`)
    return 1
  }
  if (json) output.write(JSON.stringify(status, null, 2))
  else for (const line of statusLines(status, new Date())) output.write(line)
  return status.state === 'ready' ? 0 : 1
}

/** Renders the status for people. */
export function statusLines(status: ApplianceStatus, now: Date): string[] {
  const since = seconds(now.getTime() - Date.parse(status.startedAt))
  const ready =
    status.readyMillis === undefined ? 'not ready yet' : `was ready in ${seconds(status.readyMillis)}`
  const width = Math.max(...status.components.map(({ name }) => name.length)) + 2
  return [
    `  ${status.state}: running for ${since}, ${ready}; home ${status.home}, supervisor pid ${status.pid}`,
    '',
    `  ${'component'.padEnd(width)}${'state'.padEnd(12)}${'ready in'.padStart(9)}${'PSS'.padStart(9)}${'RSS'.padStart(9)}${'restarts'.padStart(10)}  ports`,
    ...status.components.map((component) => row(component, width)),
    '',
    `  ${memoryFigures(status)}, supervisor included`,
    '  PSS counts a page that several processes share once, plain RSS counts it for each of them',
  ]
}

function row(component: ComponentStatus, width: number): string {
  const { name, state, readyMillis, pssBytes, rssBytes, restarts, ports, reason, lastExit, nextTry } =
    component
  const notes = [
    reason,
    lastExit === undefined || lastExit === reason ? undefined : `last death: ${lastExit}`,
    nextTry === undefined ? undefined : `next try ${nextTry}`,
  ].filter((note) => note !== undefined)
  const cells = [
    name.padEnd(width),
    state.padEnd(12),
    (readyMillis === undefined ? '' : seconds(readyMillis)).padStart(9),
    (pssBytes === 0 ? '' : megabytes(pssBytes)).padStart(9),
    (rssBytes === 0 ? '' : megabytes(rssBytes)).padStart(9),
    String(restarts).padStart(10),
    `  ${ports.join(' ')}`,
  ]
  const line = `  ${cells.join('')}`.trimEnd()
  return notes.length === 0 ? line : `${line}\n      ${notes.join('; ')}`
}
