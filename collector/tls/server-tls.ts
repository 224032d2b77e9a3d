/** TLS of what listens: its certificate, and whose clients it lets in. */
import type winston from 'winston'
import { messageOf } from '../../lib/errors.ts'
import { serverProtocol, type ServerSecurity } from '../../lib/tls.ts'
import type { ServerTls } from '../config/blocks/tls.ts'
import { readAuthorities, readOwn } from './material.ts'

/**
 * Makes what a server is opened with; undefined where it speaks plain text. What cannot be used when it opens is thrown
 * then (CollectorError TLS_UNUSABLE); of changed files the log is told, and the server goes on with what it had.
 *
 * @param at the path of the TLS keys in the configuration
 */
export function serverSecurity(
  tls: ServerTls | undefined,
  at: string,
  log: Pick<winston.Logger, 'error'>,
): ServerSecurity | undefined {
  if (tls === undefined) return undefined
  const read = () => {
    const authorities = readAuthorities(`${at}.client_ca`, tls.clientCaFile)
    const client =
      authorities === undefined ? {} : { ca: [...authorities], requestCert: true, rejectUnauthorized: true }
    return { ...serverProtocol, ...readOwn(tls, at), ...client }
  }
  return {
    read,
    follow: (server) => {
      const { reloadInterval } = tls
      if (reloadInterval === undefined) return () => undefined
      let known = JSON.stringify(read())
      const timer = setInterval(() => {
        try {
          const found = read()
          const text = JSON.stringify(found)
          if (text !== known) server.setSecureContext(found)
          known = text
        } catch (error) {
          log.error('certificate not read again', { detail: messageOf(error) })
        }
      }, reloadInterval).unref()
      return () => clearInterval(timer)
    },
  }
}
