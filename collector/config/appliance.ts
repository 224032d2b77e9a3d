/** What the appliance needs beyond the Collector's format: the local store, the fence, the browsers' key. */
import Type, { type Static } from 'typebox'
import { validator } from '../../lib/validate.ts'
import { PrivacyPolicy } from '../../privacy/policy.ts'
import type { SmallCells } from '../process/span-metrics.ts'
import { openDocument, readSource } from './document.ts'
import { durationPattern } from './duration.ts'
import { typedValues, type Variables } from './expand.ts'

export const Appliance = Type.Object(
  {
    store: Type.Object(
      {
        /** Folder; relative to `CAMPANILE_HOME`. Default `collector`. */
        directory: Type.Optional(Type.String({ minLength: 1 })),
        /** Most MiB on disk of spans. Default 512. */
        traces_mib: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_048_576 })),
        /** Most MiB on disk of log records. Default 256. */
        logs_mib: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_048_576 })),
        /** Age at which data is deleted. Default 24h. */
        max_age: Type.Optional(Type.String({ pattern: durationPattern })),
        /** What a power cut may cost: longest time until written data is synced; 0s syncs first. Default 1s. */
        sync_interval: Type.Optional(Type.String({ pattern: durationPattern })),
      },
      { additionalProperties: false },
    ),
    /** Queues of exporters on the disk, each. */
    queue: Type.Optional(
      Type.Object(
        {
          /** Most MiB; beyond, requests are refused and come again. Default 1024. */
          max_mib: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_048_576 })),
          /** Age at which what waits is given up and counted, while the collector runs. Default 168h. */
          max_age: Type.Optional(Type.String({ pattern: durationPattern })),
        },
        { additionalProperties: false },
      ),
    ),
    query: Type.Object(
      { port: Type.Optional(Type.Integer({ minimum: 0, maximum: 65_535 })) },
      { additionalProperties: false },
    ),
    /** The fence's policy; `mode: off` is for the control run of the canary test. Default enforce. */
    privacy: Type.Partial(
      Type.Object({
        ...PrivacyPolicy.properties,
        /**
         * Says that no data is of real people: without it, a fence that is not enforced starts with no exporter that
         * leaves the machine. Default false.
         */
        synthetic_only: Type.Boolean(),
        /**
         * Fewest people a series of span metrics is shown for that has a label of the site's own (`label: true`), told
         * apart by their pseudonyms. Default 10.
         */
        small_cell_floor: Type.Integer({ minimum: 5, maximum: 1_000 }),
      }),
      { additionalProperties: false },
    ),
    /** Names of the campus, which no name of a program may hold. */
    roster: Type.Optional(
      Type.Object(
        {
          /** File of names, one a line, or what `collector roster` built of it; relative to `CAMPANILE_HOME`. */
          file: Type.String({ minLength: 1 }),
        },
        { additionalProperties: false },
      ),
    ),
    faro: Type.Object(
      {
        /** What browsers show as `x-api-key`. It is in every page, so it only keeps strays out. */
        app_key: Type.Optional(Type.String({ minLength: 8, maxLength: 128 })),
        /** Requests a second, over all browsers, and the burst. Default 50 and 200. */
        requests_per_second: Type.Optional(Type.Integer({ minimum: 1, maximum: 100_000 })),
        burst: Type.Optional(Type.Integer({ minimum: 1, maximum: 100_000 })),
      },
      { additionalProperties: false },
    ),
  },
  { additionalProperties: false },
)
export type Appliance = Static<typeof Appliance>

/** As control PRV-11 of the checklist has it. */
const defaultFloor = 10

/** Tells which labels of the site name groups, and from how many people on they are shown; undefined without any. */
export function smallCellsOf({ allow = [], small_cell_floor }: Appliance['privacy']): SmallCells | undefined {
  const keys = new Set(allow.flatMap(({ key, label }) => (label === true ? [key] : [])))
  return keys.size === 0 ? undefined : { keys, floor: small_cell_floor ?? defaultFloor }
}

/**
 * Reads and checks the appliance file.
 *
 * @throws ConfigError with every fault
 */
export function loadAppliance(path: string, variables: Variables): Appliance {
  const document = openDocument(readSource(path), path, variables)
  const value = typedValues(document.value)
  const outcome = validator(Appliance)(value)
  if (!outcome.valid) for (const { at, expected } of outcome.faults) document.add(at, expected)
  document.throwFaults()
  // No fault was found: the value is what the schema says.
  return value as Appliance
}
