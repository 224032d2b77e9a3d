/** Reads the file that says what the doors of the house may be asked beyond plain questions, and which others there are. */
import Type, { type Static } from 'typebox'
import type { LiveDoor } from './gather/http.ts'

const path = Type.String({ pattern: '^/[\\x21-\\x7e]{0,500}$' })

/** By name; one that stands for no door of the house has its own address. */
export const DoorsFile = Type.Object(
  {
    version: Type.Literal(1),
    doors: Type.Array(
      Type.Object(
        {
          name: Type.String({ pattern: '^[a-z][a-z0-9-]{0,63}$' }),
          /** Reports name the door by it, so it holds no user and no password. */
          url: Type.Optional(Type.String({ format: 'web-address', pattern: '^[^\\s@]+$', maxLength: 500 })),
          protectedPaths: Type.Optional(Type.Array(path, { maxItems: 50 })),
          /** Forged tokens, bursts and writes: they are counted by the door, and may raise its alerts. */
          active: Type.Optional(
            Type.Object(
              {
                loginPath: Type.Optional(path),
                assistantPath: Type.Optional(path),
                statePath: Type.Optional(path),
              },
              { additionalProperties: false },
            ),
          ),
          account: Type.Optional(
            Type.Object(
              {
                loginPath: path,
                /** Sent as JSON; an account of the scan's own, without rights. */
                body: Type.Record(Type.String(), Type.String({ maxLength: 500 })),
                refreshPath: Type.Optional(path),
              },
              { additionalProperties: false },
            ),
          ),
          noticePath: Type.Optional(path),
        },
        { additionalProperties: false },
      ),
      { maxItems: 100 },
    ),
  },
  { additionalProperties: false },
)
export type DoorsFile = Static<typeof DoorsFile>

/** Adds what the file says to the doors of the house, and the doors it names itself. */
export function withDoorsFile(house: readonly LiveDoor[], file: DoorsFile | undefined): LiveDoor[] {
  const said = new Map(file?.doors.map((door) => [door.name, door]))
  const known = house.map((door) => ({ ...door, ...said.get(door.name) }))
  const names = new Set(house.map(({ name }) => name))
  const others = [...said.values()].flatMap(({ url, ...rest }) =>
    names.has(rest.name) || url === undefined ? [] : [{ ...rest, url }],
  )
  return [...known, ...others]
}
