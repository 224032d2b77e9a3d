/** What the fence cannot be built from. Data never makes it throw. */

export type PrivacyErrorCode = 'PRIVACY_PATTERN_UNSUPPORTED' | 'PRIVACY_TODAY_MISSING'

/** A leaf cannot import `lib/`, so this class stands on its own with the same `code`. */
export class PrivacyError extends Error {
  readonly code: PrivacyErrorCode
  constructor(code: PrivacyErrorCode, message: string) {
    super(message)
    this.name = 'PrivacyError'
    this.code = code
  }
}
