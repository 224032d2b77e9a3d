/** The command `hub`: one scan of paths, and what is open in it brought to Security Hub. */
import { ConfigError } from '../lib/config.ts'
import type { ExitCode } from '../lib/lifecycle.ts'
import { isEmpty, look, type LookOptions } from './command.ts'
import { accountFaults } from './hub/account.ts'
import { exportPosture } from './hub/export.ts'

export interface HubOptions extends LookOptions {
  /** Twelve digits. */
  readonly account: string
  readonly region: string
  /** File of what was sent before. */
  readonly state: string
}

/**
 * Scans paths and sends what is open, what has recovered, and what goes to the archive.
 *
 * @returns 0 when Security Hub has taken all of it; 1 when it refused findings, some have to go out at the next run, or
 *   nothing was found: then nothing is sent, because all that is open there would seem mended
 * @throws ConfigError when account or region are none, or waivers or checklist are wrong
 */
export async function sendPaths(
  paths: readonly string[],
  { account: id, region, state, ...options }: HubOptions,
  stdout: NodeJS.WritableStream,
): Promise<ExitCode> {
  const account = { id, region }
  const keys = { source: 'command line', account: '--account', region: '--region' }
  const faults = accountFaults(account, keys)
  if (faults.length > 0) throw new ConfigError(faults)
  const { posture } = await look(paths, { ...options, awsAccount: id, awsRegion: region })
  if (isEmpty(posture)) {
    await say('Nothing was found; nothing was sent.\n', stdout)
    return 1
  }
  const { accepted, refused, waiting } = await exportPosture(posture, { account, state })
  await say(`Security Hub: ${accepted} accepted, ${refused} refused, ${waiting} waiting.\n`, stdout)
  return refused + waiting > 0 ? 1 : 0
}

function say(text: string, stdout: NodeJS.WritableStream): Promise<void> {
  return new Promise((resolve) => stdout.write(text, () => resolve()))
}
