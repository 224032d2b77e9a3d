/**
 * What Security Hub was sent, by the id of the finding: AWS asks whoever sends findings to keep this. A finding is
 * written here before it is sent, so that after a crash the same version goes out again and never another one.
 */
import { mkdir, readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import Type, { type Static } from 'typebox'
import { systemCodeOf } from '../../lib/errors.ts'
import { validator } from '../../lib/validate.ts'
import { ComplianceError } from '../errors.ts'
import { writeDurably } from '../history/durable-file.ts'
import type { AsffFinding } from './client.ts'

const Sent = Type.Object(
  {
    /** As it was sent last, or is to be sent. */
    finding: Type.Unsafe<AsffFinding>(Type.Object({ Id: Type.String(), UpdatedAt: Type.String() })),
    /** Content without its times. */
    digest: Type.String(),
    /** `waiting`: written, and the answer has not come. `refused`: it is wrong for good. */
    state: Type.Union([Type.Literal('waiting'), Type.Literal('accepted'), Type.Literal('refused')]),
  },
  { additionalProperties: false },
)
export type Sent = Static<typeof Sent>

const HubState = Type.Object(
  { version: Type.Literal(1), sent: Type.Record(Type.String(), Sent) },
  { additionalProperties: false },
)
const checkState = validator(HubState)

export interface HubStore {
  readonly load: () => Promise<Map<string, Sent>>
  readonly save: (sent: ReadonlyMap<string, Sent>) => Promise<void>
}

/** Keeps the state in one file. */
export function fileStore(path: string): HubStore {
  return {
    load: async () => {
      const text = await readFile(path, 'utf8').catch((error: unknown) => {
        if (systemCodeOf(error) === 'ENOENT') return undefined
        throw error
      })
      if (text === undefined) return new Map()
      const outcome = checkState(parsed(text))
      // To forget what was sent would leave findings open for ever.
      if (!outcome.valid) throw new ComplianceError('STATE_INVALID', `${path} is not what was written`)
      return new Map(Object.entries(outcome.value.sent))
    },
    save: async (sent) => {
      await mkdir(dirname(path), { recursive: true })
      await writeDurably(path, JSON.stringify({ version: 1, sent: Object.fromEntries(sent) }))
    },
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // Refused by the schema, with the name of the file.
    return undefined
  }
}
