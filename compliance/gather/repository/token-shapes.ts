/** Secrets that say themselves what they are, as their issuers publish the shapes. Every pattern is bounded and finds all there are. */

export interface TokenShape {
  readonly rule: string
  readonly pattern: RegExp
}

export const tokenShapes: readonly TokenShape[] = [
  { rule: 'aws-access-key', pattern: /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/g },
  { rule: 'github-token', pattern: /\bgh[pousr]_[A-Za-z0-9]{30,255}\b|\bgithub_pat_\w{30,255}\b/g },
  { rule: 'gitlab-token', pattern: /\bgl(?:pat|dt|rt|ptt)-[\w-]{20,255}/g },
  { rule: 'slack-token', pattern: /\bxox[abeprs]-[\w-]{10,255}/g },
  {
    rule: 'slack-webhook',
    pattern: /hooks\.slack\.com\/services\/T[A-Z0-9]{6,20}\/B[A-Z0-9]{6,20}\/\w{16,40}/g,
  },
  { rule: 'stripe-key', pattern: /\b[rs]k_live_\w{16,255}\b/g },
  { rule: 'google-api-key', pattern: /\bAIza[\w-]{35}(?![\w-])/g },
  { rule: 'google-client-secret', pattern: /\bGOCSPX-[\w-]{20,60}/g },
  { rule: 'npm-token', pattern: /\bnpm_[A-Za-z0-9]{36}\b/g },
  { rule: 'pypi-token', pattern: /\bpypi-[\w-]{50,255}/g },
  { rule: 'sendgrid-key', pattern: /\bSG\.[\w-]{16,40}\.[\w-]{30,60}/g },
  { rule: 'openai-key', pattern: /\bsk-(?:proj-)?[A-Za-z0-9]{20}T3BlbkFJ[A-Za-z0-9]{20}\b/g },
  { rule: 'anthropic-key', pattern: /\bsk-ant-[\w-]{40,255}/g },
  // Only where a word begins: a line of many beginnings would be read once for each of them.
  { rule: 'signed-token', pattern: /(?<![\w-])eyJ[\w-]{10,2000}\.eyJ[\w-]{10,4000}\.[\w-]{20,2000}/g },
  {
    rule: 'azure-storage-key',
    pattern: /AccountKey=[A-Za-z0-9+/]{80,90}={0,2}/g,
  },
]

/** Where a private key begins; what follows tells whether one is there. */
export const privateKeyStart = /-----BEGIN (?:[A-Z0-9]{1,12} ){0,3}PRIVATE KEY(?: BLOCK)?-----/g

/** A line of a key: text in base 64. */
export const keyMaterial = /[A-Za-z0-9+/]{40,}/
