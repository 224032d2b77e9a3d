/** What the ledger's door is given: where it listens and which tokens it takes. */
import { defaultTokenSeconds, maxTokenSeconds } from '../contracts/ledger-token.ts'
import { ServiceTokens } from '../contracts/service-token.ts'
import { integer, jsonFile, portOf } from '../lib/config.ts'

export const doorSettings = {
  port: portOf('ledger'),
  tokens: jsonFile('CAMPANILE_TOKENS_FILE', ServiceTokens),
  /** Life of a short-lived token for which nobody asks otherwise, and the longest of any but an auditor's. */
  tokenSeconds: integer('CAMPANILE_TOKEN_SECONDS', {
    min: 60,
    max: maxTokenSeconds,
    fallback: defaultTokenSeconds,
  }),
}
