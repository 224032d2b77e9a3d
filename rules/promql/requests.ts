/** Which requests count: what people asked for, not the questions of supervisor and Prometheus. */
import { is, noneOf, not } from './compose.ts'

const asked = { route: noneOf('/health', '/metrics') } as const

/** Every request. */
export const requests = asked
/** Requests the service failed. */
export const failed = { ...asked, status: is('5xx') } as const
/** Requests the service answered, well or with a refusal. */
export const answered = { ...asked, status: not('5xx') } as const
