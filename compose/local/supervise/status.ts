/** The supervisor's account of itself, as its door tells it and `campanile status` reads it. */
import Type, { type Static } from 'typebox'

export const componentStates = [
  'waiting',
  'preparing',
  'starting',
  'ready',
  'unready',
  'restarting',
  'done',
  'failed',
  'stopped',
] as const
export type ComponentState = (typeof componentStates)[number]

export const ComponentStatus = Type.Object({
  name: Type.String(),
  state: Type.Unsafe<ComponentState>({ type: 'string', enum: componentStates }),
  /** Why it is not ready. */
  reason: Type.Optional(Type.String()),
  pid: Type.Optional(Type.Integer()),
  /** Times it was started again after it died. */
  restarts: Type.Integer(),
  lastExit: Type.Optional(Type.String()),
  /** When it will be started again, RFC 3339. */
  nextTry: Type.Optional(Type.String()),
  /** From its start to its first readiness. */
  readyMillis: Type.Optional(Type.Integer()),
  ports: Type.Array(Type.Integer()),
  rssBytes: Type.Integer(),
  pssBytes: Type.Integer(),
})
export type ComponentStatus = Static<typeof ComponentStatus>

export const ApplianceStatus = Type.Object({
  state: Type.Unsafe<'starting' | 'ready' | 'degraded' | 'stopping'>({
    type: 'string',
    enum: ['starting', 'ready', 'degraded', 'stopping'],
  }),
  pid: Type.Integer(),
  home: Type.String(),
  startedAt: Type.String(),
  /** From the command to the last component's first readiness. */
  readyMillis: Type.Optional(Type.Integer()),
  /** Of the supervisor and every component with its descendants. */
  rssBytes: Type.Integer(),
  pssBytes: Type.Integer(),
  components: Type.Array(ComponentStatus),
})
export type ApplianceStatus = Static<typeof ApplianceStatus>
