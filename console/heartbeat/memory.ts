/** What the heartbeat remembers over a restart, in one file that is there whole or not at all. */
import { constants } from 'node:fs'
import { mkdir, open, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import Type, { type Static } from 'typebox'
import { systemCodeOf } from '../../lib/errors.ts'
import { validator } from '../../lib/validate.ts'

/** What a sink was told: `unsure` while an event is under way, so that a crash then never leaves a page open. */
const Told = Type.Unsafe<'triggered' | 'resolved' | 'unsure'>({
  type: 'string',
  enum: ['triggered', 'resolved', 'unsure'],
})
export type Told = Static<typeof Told>

export const sinks = ['inbox', 'pagerduty'] as const
export type Sink = (typeof sinks)[number]

/** What is paged for: the Watchdog stays away, or Alertmanager cannot deliver. */
export const conditions = ['watchdog', 'notifications'] as const
export type Condition = (typeof conditions)[number]

const ToldOf = Type.Object({ watchdog: Told, notifications: Told }, { additionalProperties: false })

const Memory = Type.Object(
  {
    version: Type.Literal(2),
    /** RFC 3339, UTC; absent before the first beat. */
    lastBeatAt: Type.Optional(Type.String()),
    /** RFC 3339, UTC: since when somebody watches. An orderly stop takes it away, a crash leaves it. */
    watchedSince: Type.Optional(Type.String()),
    raised: Type.Object(
      { watchdog: Type.Boolean(), notifications: Type.Boolean() },
      { additionalProperties: false },
    ),
    told: Type.Object({ inbox: ToldOf, pagerduty: ToldOf }, { additionalProperties: false }),
  },
  { additionalProperties: false },
)
export type Memory = Static<typeof Memory>

export const blankMemory: Memory = {
  version: 2,
  raised: { watchdog: false, notifications: false },
  told: {
    inbox: { watchdog: 'resolved', notifications: 'resolved' },
    pagerduty: { watchdog: 'resolved', notifications: 'resolved' },
  },
}

const check = validator(Memory)

export interface MemoryFile {
  /** Replaces the content; on disk when it resolves. Calls are written in their order. */
  readonly write: (memory: Memory) => Promise<void>
}

export interface OpenedMemory {
  readonly file: MemoryFile
  readonly memory: Memory
  /** True when there was a file and it could not be understood; it is kept beside. */
  readonly isDamaged: boolean
}

/** Opens the folder, made where it is missing, and reads what was remembered. */
export async function openMemory(folder: string): Promise<OpenedMemory> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const path = join(folder, 'state.json')
  const found = await read(path)
  if (found === 'damaged') await rename(path, `${path}.damaged`)
  let last: Promise<void> = Promise.resolve()
  const file: MemoryFile = {
    write: (memory) => {
      // A failed write is told to its caller; the next one is tried all the same.
      last = last.catch(() => undefined).then(() => replace(folder, path, memory))
      return last
    },
  }
  const isDamaged = found === 'damaged'
  return { file, memory: found === undefined || found === 'damaged' ? blankMemory : found, isDamaged }
}

async function read(path: string): Promise<Memory | 'damaged' | undefined> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return undefined
    throw error
  }
  const outcome = check(parse(text))
  return outcome.valid ? outcome.value : 'damaged'
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

async function replace(folder: string, path: string, memory: Memory): Promise<void> {
  const draft = `${path}.draft`
  await withHandle(draft, constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC, async (handle) => {
    await handle.writeFile(`${JSON.stringify(memory)}\n`)
    await handle.sync()
  })
  await rename(draft, path)
  await withHandle(folder, constants.O_RDONLY, (handle) => handle.sync())
}

async function withHandle(
  path: string,
  flags: number,
  use: (handle: Awaited<ReturnType<typeof open>>) => Promise<void>,
): Promise<void> {
  const handle = await open(path, flags, 0o600)
  try {
    await use(handle)
  } finally {
    await handle.close()
  }
}
