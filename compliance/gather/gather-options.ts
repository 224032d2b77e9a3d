/** What a scan is asked to look at, and how much of it. */
import type { HubClient } from '../hub/client.ts'
import type { ParameterOverrides } from '../parameters.ts'
import type { Attestations } from './attestations.ts'
import type { FileMemory } from './file-memory.ts'
import type { LiveDoor } from './http.ts'
import type { LiveLog } from './logs/log-sample.ts'
import type { MetricsServer } from './metrics/ask.ts'
import type { LiveDatabase } from './postgres.ts'
import type { ProbedDatabase } from './postgres-probe/probe.ts'
import type { WalkLimits } from './walk.ts'

export interface GatherLimits extends WalkLimits {
  /** Largest file, in bytes; a larger one is named and not read. */
  readonly fileBytes: number
  /** Most bytes of all files together. */
  readonly totalBytes: number
  /** Most bytes of all files together that only readers of every kind of file take. */
  readonly textBytes: number
}

export interface GatherOptions {
  readonly limits?: Partial<GatherLimits>
  readonly databases?: readonly LiveDatabase[]
  readonly doors?: readonly LiveDoor[]
  /** Prometheus servers to ask what the metrics say. */
  readonly metrics?: readonly MetricsServer[]
  /** Logs of whose last lines a sample is looked at. */
  readonly logs?: readonly LiveLog[]
  /** Databases whose row-level security is tried, each as a role that may take on the application roles. */
  readonly probes?: readonly ProbedDatabase[]
  /** Security Hub of one account and region, by the name it is told under. */
  readonly hubs?: readonly { readonly name: string; readonly client: HubClient }[]
  /** Longest wait for one answer of a live source, in milliseconds. Default 5 000. */
  readonly timeoutMillis?: number
  /** Values of Terraform variables by name, as `TF_VAR_name` gives them; nothing is taken from this process. */
  readonly variables?: Readonly<Record<string, string>>
  /** Variable files and values of Terraform that were chosen, the later wins. */
  readonly chosen?: readonly ChosenVariables[]
  /** Statements people signed, from the house's own file. */
  readonly attestations?: Attestations
  /** What this house expects instead of the defaults: it goes with the evidence. */
  readonly parameters?: ParameterOverrides
  /** Files as the scan before has read them; by default each is read anew. */
  readonly memory?: FileMemory
  /** The day on which statements hold or have expired. Default: the clock of this machine. */
  readonly nowMillis?: () => number
}

export type ChosenVariables = { readonly file: string } | { readonly name: string; readonly value: string }
