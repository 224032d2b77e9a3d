/** Plants canaries as a program without our SDK would send personal data: the collector's fence is the only one. */
import { randomBytes } from 'node:crypto'
import { canaryOf } from '../../contracts/canary.ts'
import { drillTenant } from '../../contracts/faults.ts'
import { DrillError } from '../errors.ts'
import { send } from '../wire/http.ts'

/** Sends one span of the drill's tenant with the e-mail of somebody who does not exist. */
export async function plantCanary(otlp: string): Promise<void> {
  const body = JSON.stringify(spanWith(canaryOf(randomBytes(8).toString('hex'))))
  const headers = { 'content-type': 'application/json' }
  const response = await send({
    who: 'the collector',
    url: `${otlp}/v1/traces`,
    method: 'POST',
    headers,
    body,
  })
  await response.arrayBuffer()
  if (response.status !== 200) {
    throw new DrillError('DRILL_NOT_POSSIBLE', `a span was answered ${response.status}, expected 200`)
  }
}

function spanWith(email: string): unknown {
  const text = (key: string, value: string) => ({ key, value: { stringValue: value } })
  const nanos = `${Date.now()}000000`
  const span = {
    traceId: randomBytes(16).toString('hex'),
    spanId: randomBytes(8).toString('hex'),
    name: 'service ready',
    kind: 1,
    startTimeUnixNano: nanos,
    endTimeUnixNano: nanos,
    attributes: [text('campus.tenant', drillTenant), text('user.email', email)],
  }
  const resource = { attributes: [text('service.name', 'academics')] }
  return { resourceSpans: [{ resource, scopeSpans: [{ scope: {}, spans: [span] }] }] }
}
