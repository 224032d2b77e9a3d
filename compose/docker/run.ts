/** Becomes the process that was handed to this container: no parent stays behind, so signals reach it directly. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { givenFile, givenFolder, type GivenProcess } from './given.ts'

/**
 * Replaces this process. Secrets come from a file and not from the container's definition, where `inspect` shows them.
 *
 * @param args further arguments of the process
 * @param environment wins over what was handed over
 * @throws Error when there is nothing to become
 */
export function run(args: readonly string[], environment: NodeJS.ProcessEnv, folder = givenFolder): never {
  const given = readGiven(join(folder, givenFile))
  const [file = '', ...own] = given.command
  if (process.execve === undefined) throw new Error('this system cannot replace a process')
  return process.execve(file, [file, ...own, ...args], { ...given.environment, ...environment })
}

function readGiven(path: string): GivenProcess {
  const given: unknown = JSON.parse(readFileSync(path, 'utf8'))
  if (!isGiven(given)) throw new Error(`${path}: expected a command and an environment`)
  return given
}

function isGiven(value: unknown): value is GivenProcess {
  return (
    typeof value === 'object' &&
    value !== null &&
    'command' in value &&
    Array.isArray(value.command) &&
    value.command.length > 0 &&
    'environment' in value &&
    typeof value.environment === 'object'
  )
}
