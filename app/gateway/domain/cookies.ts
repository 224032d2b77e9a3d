/** Reads the Cookie header and writes Set-Cookie (RFC 6265). The client controls every byte of the header. */

/** Most cookies that are looked at. */
const maxCookies = 50

/** Reads the cookies by name; of two with one name the first counts, as browsers send the more specific first. */
export function parseCookies(header: string | undefined): ReadonlyMap<string, string> {
  const cookies = new Map<string, string>()
  for (const part of (header ?? '').split(';', maxCookies)) {
    const at = part.indexOf('=')
    if (at === -1) continue
    const name = part.slice(0, at).trim()
    if (name !== '' && !cookies.has(name)) cookies.set(name, unquote(part.slice(at + 1).trim()))
  }
  return cookies
}

function unquote(value: string): string {
  return value.length >= 2 && value.startsWith('"') && value.endsWith('"') ? value.slice(1, -1) : value
}

export interface CookieOptions {
  readonly path: string
  /** 0 deletes it. */
  readonly maxAgeSeconds: number
  /** True keeps it from scripts. */
  readonly httpOnly: boolean
  /** True keeps it off plain HTTP. */
  readonly secure: boolean
}

/** Writes a cookie that no other site's request carries; `value` is of our own alphabet (`[\w.-]*`). */
export function writeCookie(name: string, value: string, options: CookieOptions): string {
  const { path, maxAgeSeconds, httpOnly, secure } = options
  const parts = [`${name}=${value}`, `Path=${path}`, `Max-Age=${maxAgeSeconds}`, 'SameSite=Strict']
  if (httpOnly) parts.push('HttpOnly')
  if (secure) parts.push('Secure')
  return parts.join('; ')
}
