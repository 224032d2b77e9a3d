/** The state folder: where each kind of state lives below `CAMPANILE_HOME`, and who may enter. */
import { existsSync } from 'node:fs'
import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { LocalError } from './errors.ts'

export interface Home {
  readonly root: string
  readonly secrets: string
  readonly logs: string
  readonly run: string
  /** Pid files of components. */
  readonly pids: string
  /** file_sd targets, beside the copy of prometheus.yml that names them. */
  readonly targets: string
  readonly postgres: string
  readonly prometheus: string
  readonly alertmanager: string
  readonly collector: string
  readonly console: string
  readonly heartbeat: string
  readonly compliance: string
  readonly drills: string
  /** Tiles, anchor log and what was cosigned for others. */
  readonly ledger: string
  readonly keystore: string
  readonly compileCache: string
}

/** Names the folders of a home without touching the disk. */
export function homeAt(root: string): Home {
  const run = join(root, 'run')
  return {
    root,
    secrets: join(root, 'secrets'),
    logs: join(root, 'logs'),
    run,
    pids: join(run, 'pids'),
    targets: join(run, 'targets'),
    postgres: join(root, 'postgres'),
    prometheus: join(root, 'prometheus'),
    alertmanager: join(root, 'alertmanager'),
    collector: join(root, 'collector'),
    console: join(root, 'console'),
    heartbeat: join(root, 'heartbeat'),
    compliance: join(root, 'compliance'),
    drills: join(root, 'drills'),
    ledger: join(root, 'ledger'),
    keystore: join(root, 'keystore'),
    compileCache: join(run, 'compile-cache'),
  }
}

/** Folders that `down --volumes` deletes: everything but downloaded packages. */
export function dataFolders(home: Home): readonly string[] {
  const { secrets, logs, run, postgres, keystore } = home
  return [postgres, ...stateFolders(home), keystore, secrets, logs, run]
}

/** Folders in which one component each keeps its state, closed to other accounts. */
function stateFolders(home: Home): readonly string[] {
  const { prometheus, alertmanager, collector, console: inbox, heartbeat, compliance, drills, ledger } = home
  return [prometheus, alertmanager, collector, inbox, heartbeat, compliance, drills, ledger]
}

/** Says that a folder is a home of ours, so that nothing else is ever deleted as one. */
const markerOf = ({ root }: Home) => join(root, '.campanile-home')

/** Tells whether `createHome` has made this folder. */
export function isHome(home: Home): boolean {
  return existsSync(markerOf(home))
}

/**
 * Creates the folders; those with secrets or data are closed to everybody else.
 *
 * @throws LocalError HOME_OCCUPIED when the folder holds somebody else's under a name of ours
 */
export async function createHome(home: Home): Promise<void> {
  const foreign = isHome(home) ? undefined : dataFolders(home).find((folder) => existsSync(folder))
  if (foreign !== undefined) {
    throw new LocalError(
      'HOME_OCCUPIED',
      `${home.root} is no home of campanile and holds ${basename(foreign)}/, expected an empty or new folder`,
    )
  }
  await mkdir(home.root, { recursive: true, mode: 0o711 })
  // The database runs under another account when we are root, and must pass through to its own folder.
  if (process.getuid?.() === 0) await chmod(home.root, 0o711)
  for (const folder of [home.postgres, home.run]) await mkdir(folder, { recursive: true, mode: 0o711 })
  const closed = [home.secrets, home.keystore, home.logs, ...stateFolders(home)]
  for (const folder of [...closed, home.pids, home.targets, home.compileCache]) {
    await mkdir(folder, { recursive: true, mode: 0o700 })
  }
  await writeFile(markerOf(home), 'campanile\n')
}
