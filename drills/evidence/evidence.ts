/** What a drill leaves behind: every step with what was seen, and under which circumstances. */
import Type, { type Static } from 'typebox'
import { stepNames, type StepName } from '../expect/steps.ts'

const Text = Type.String()
const Seconds = Type.Number({ minimum: 0 })
const Step = Type.Unsafe<StepName>({ type: 'string', enum: stepNames })

export const Evidence = Type.Object(
  {
    version: Type.Literal(1),
    drill: Type.String({ pattern: '^[a-z][a-z0-9-]{1,39}$' }),
    breaks: Text,
    expects: Type.Array(Text, { minItems: 1 }),
    /** RFC 3339, UTC. */
    startedAt: Text,
    outcome: Type.Unsafe<'passed' | 'failed'>({ type: 'string', enum: ['passed', 'failed'] }),
    /** What was expected and not seen. */
    failure: Type.Optional(Type.Object({ step: Step, seen: Text }, { additionalProperties: false })),
    /** In their order, as far as the drill came. */
    steps: Type.Array(
      Type.Object({ name: Step, seconds: Seconds, seen: Text }, { additionalProperties: false }),
    ),
    /** From the broken house to the event in the inbox. */
    pageSeconds: Type.Optional(Seconds),
    /** From the mended house to the resolved incident. */
    resolveSeconds: Type.Optional(Seconds),
    incident: Type.Optional(
      Type.Object(
        {
          id: Type.Integer({ minimum: 1 }),
          /** Which of the expected alerts it names. */
          alerts: Type.Array(Text),
          summary: Text,
          severity: Text,
          tenant: Text,
          service: Text,
          links: Type.Array(
            Type.Object({ text: Text, href: Text, status: Type.Integer() }, { additionalProperties: false }),
          ),
          /** Strings of the event that detectors and the canary search looked at, and where they found something. */
          strings: Type.Integer({ minimum: 0 }),
          personalData: Type.Array(Text),
        },
        { additionalProperties: false },
      ),
    ),
    /** By what every wait of an alert was divided; 1 is production timing. */
    timeScale: Type.Integer({ minimum: 1 }),
    machine: Type.Object(
      { cores: Type.Integer({ minimum: 1 }), memoryGiB: Seconds, platform: Text, node: Text },
      { additionalProperties: false },
    ),
  },
  { additionalProperties: false },
)
export type Evidence = Static<typeof Evidence>
