/** Wraps a command so that the kernel ends it when its parent dies, and drops privileges where asked. */
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import type { Account } from '../postgres/account.ts'

export interface Command {
  readonly file: string
  readonly args: readonly string[]
  /** Set where the wrapper cannot drop privileges itself. */
  readonly uid?: number
  readonly gid?: number
}

export interface Confinement {
  /** Path of util-linux `setpriv`; without it the next start stops what a killed parent left. */
  readonly setpriv: string | undefined
  /** Sent to the child when its parent dies: KILL, or INT where the child must stop cleanly. */
  readonly deathSignal: 'KILL' | 'INT'
  readonly account?: Account | undefined
}

/** Finds `setpriv` on a PATH. */
export function findSetpriv(path: string): string | undefined {
  return path
    .split(delimiter)
    .map((folder) => join(folder, 'setpriv'))
    .find((candidate) => existsSync(candidate))
}

/** Builds the command to spawn; `setpriv` replaces itself by the command, so the process id is the child's own. */
export function confine(file: string, args: readonly string[], confinement: Confinement): Command {
  const { setpriv, deathSignal, account } = confinement
  if (setpriv === undefined) {
    return account === undefined ? { file, args } : { file, args, uid: account.uid, gid: account.gid }
  }
  const drop =
    account === undefined
      ? []
      : [`--reuid=${account.uid}`, `--regid=${account.gid}`, '--clear-groups', '--inh-caps=-all']
  return { file: setpriv, args: [...drop, `--pdeathsig=${deathSignal}`, '--', file, ...args] }
}
