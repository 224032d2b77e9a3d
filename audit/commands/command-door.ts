/** Where the running ledger answers, and which token a command shows it. */
import { environment, portOf, secretFile } from '../../lib/config.ts'

/**
 * Reads the port and the token; `--token-file` wins over `CAMPANILE_TOKEN_FILE`, which a launcher may have set to a
 * program's.
 *
 * @throws ConfigError
 */
export function commandDoor(tokenFile?: string): { readonly port: number; readonly token: string } {
  const given = secretFile('--token-file')
  const token =
    tokenFile === undefined
      ? secretFile('CAMPANILE_TOKEN_FILE')
      : { variable: given.variable, read: () => given.read(tokenFile) }
  return environment({ port: portOf('ledger'), token })
}

/** Tells a short-lived token, whose holder the ledger knows, from a program's: it has three parts. */
export function isShortLived(token: string): boolean {
  return token.split('.').length === 3
}
