/** The runbooks on the real tools: Prometheus takes the queries, the command line the commands, the console the paths. */
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect } from 'chai'
import { stringify } from 'yaml'
import { processes } from '../../compose/local/components/processes.ts'
import { logIn, makeHome, startConsoleProcess } from '../console/console-process.ts'
import { engineTool } from '../support/engine-tools.ts'
import { commandsOf, queriesOf, readRunbook, readRunbooks, type Command } from './runbook-files.ts'

const run = promisify(execFile)
const root = join(import.meta.dirname, '../..')
const runbooks = readRunbooks()
const everywhere = [...runbooks, readRunbook('README')]

/** Components besides our own processes that have a log. */
const engines = [
  'postgres',
  'prometheus',
  'alertmanager',
  'node-exporter',
  'postgres-exporter',
  'rules',
] as const
const components: ReadonlySet<string> = new Set([...processes.map(({ name }) => name), ...engines])

/** Helps by command: each is asked for once. */
const helps = new Map<string, Promise<string>>()

/** Asks the command line for the help of a command. */
function helpOf(...words: readonly string[]): Promise<string> {
  const args = [join(root, 'compose/local/main.ts'), ...words, '--help']
  const help = helps.get(words.join(' ')) ?? run(process.execPath, args).then(({ stdout }) => stdout)
  helps.set(words.join(' '), help)
  return help
}

/** Commands as the help lists them, each with what it passes its words on to, if it does. */
async function knownCommands(): Promise<ReadonlyMap<string, readonly string[]>> {
  const listed = [...(await helpOf()).matchAll(/^ {2}([a-z]+) (.*)$/gm)]
  const entries = listed.map(async ([, name = '', rest = '']) => {
    const words = rest.startsWith('<command>')
      ? /^ {2}command +(.*)$/m.exec(await helpOf(name))?.[1]
      : undefined
    return [name, words?.split(' or ') ?? []] as const
  })
  return new Map(await Promise.all(entries))
}

/** What is wrong with a command: a name, a word or an option the help does not know. */
async function faultsOf(
  { words }: Command,
  known: ReadonlyMap<string, readonly string[]>,
): Promise<string[]> {
  const [name = '', first] = words
  const faults: string[] = []
  const passedOn = known.get(name)
  if (passedOn === undefined) return [`no command ${name}`]
  const isPassedOn = passedOn.length > 0
  if (isPassedOn && !passedOn.includes(first ?? '')) faults.push(`no ${name} ${first ?? ''}`)
  if (name === 'logs' && first !== undefined && !first.startsWith('-') && !components.has(first)) {
    faults.push(`no component ${first}`)
  }
  const options = words.filter((word) => word.startsWith('-'))
  if (options.length > 0 && faults.length === 0) {
    const help = await helpOf(...(isPassedOn ? [name, first ?? ''] : [name]))
    const shown = new Set(help.match(/(?<=[\s,])--?[a-z][a-z-]*/g))
    faults.push(...options.filter((option) => !shown.has(option)).map((option) => `no ${name} ${option}`))
  }
  return faults
}

describe('the runbooks on the real tools', () => {
  it('ask what Prometheus can answer: promtool finds every type right', async () => {
    const promtool = await engineTool('promtool')
    const folder = mkdtempSync(join(tmpdir(), 'campanile-runbooks-'))
    const check = async (queries: readonly string[]): Promise<string> => {
      const rules = queries.map((expr, at) => ({ record: `query:${at}`, expr }))
      const file = join(folder, 'queries.yaml')
      writeFileSync(file, stringify({ groups: [{ name: 'runbooks', rules }] }))
      const { stdout } = await run(promtool, ['check', 'rules', '--lint=none', file])
      return stdout
    }
    try {
      const queries = runbooks.flatMap((runbook) => queriesOf(runbook).map(({ text }) => text))
      expect(await check(queries)).to.contain(`${queries.length} rules found`)
      // The check can fail: a rate of a moment is none.
      const refused = await check(['rate(up)']).then(
        () => false,
        () => true,
      )
      expect(refused).to.equal(true)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })

  it('name commands, words, options and components that exist', async () => {
    const known = await knownCommands()
    expect([...known.keys()]).to.include.members(['up', 'status', 'logs', 'audit', 'rules'])
    const distinct = new Map(
      everywhere.flatMap(commandsOf).map((command) => [command.words.join(' '), command]),
    )
    expect(distinct.size).to.be.greaterThan(25)
    const faults = await Promise.all([...distinct.values()].map((command) => faultsOf(command, known)))
    expect(faults.flat()).to.deep.equal([])
    expect(await faultsOf({ words: ['restart', 'users'] }, known)).to.deep.equal(['no command restart'])
    expect(await faultsOf({ words: ['logs', 'user'] }, known)).to.deep.equal(['no component user'])
    expect(await faultsOf({ words: ['status', '--fix'] }, known)).to.deep.equal(['no status --fix'])
  })

  it('are served by the console, and lead to pages it has', async () => {
    const { home, remove } = makeHome()
    const console = await startConsoleProcess({ home })
    try {
      const headers = { cookie: await logIn(console.url) }
      const statusOf = async (path: string) => {
        const response = await fetch(`${console.url}${path}`, { headers, redirect: 'manual' })
        await response.body?.cancel()
        return response.status
      }
      const paths = new Set(everywhere.flatMap(({ links }) => links.filter((link) => link.startsWith('/'))))
      for (const { name } of runbooks) {
        paths.add(`/runbooks/${name}`)
        expect(await statusOf(`/api/runbooks/${name}`), name).to.equal(200)
      }
      expect(paths.size).to.be.greaterThan(runbooks.length + 10)
      for (const path of paths) expect(await statusOf(path), path).to.equal(200)
      expect(await statusOf('/no-such-page')).to.equal(404)
    } finally {
      await console.kill()
      remove()
    }
  })
})
