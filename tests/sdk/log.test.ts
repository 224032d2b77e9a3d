import { expect } from 'chai'
import { PassThrough } from 'node:stream'
import { telemetryFence } from '../../sdk/fence.ts'
import { createSdkLogger, type Log } from '../../sdk/log.ts'
import { OtlpQueue } from '../../sdk/otlp/queue.ts'

function openLog() {
  const counted: string[] = []
  const sent: string[] = []
  const stream = new PassThrough()
  const queue = new OtlpQueue({
    sender: {
      send: async (_head, items) => {
        sent.push(Buffer.from(items).toString('latin1'))
        return 'success'
      },
    },
    resource: new Uint8Array(),
    count: () => undefined,
  })
  const fence = telemetryFence({ count: (rule) => counted.push(rule) })
  const log = createSdkLogger({ service: 'users', fence, queue, stream })
  const line = (): unknown => JSON.parse(String(stream.read()))
  return { log, line, sent, counted, close: () => queue.close(60_000) }
}

describe('log of the SDK', () => {
  it('writes an event with its fields to the line and to the record', async () => {
    const { log, line, sent, close } = openLog()
    log.info('grade entered', { tenant: 'university_a', role: 'faculty' })
    expect(line()).to.include({ event: 'grade entered', level: 'info', tenant: 'university_a' })
    await close()
    expect(sent.join('')).to.contain('grade entered').and.to.contain('university_a')
  })

  it('redacts an undeclared event and drops an undeclared field from both, counted once', async () => {
    const { log, line, sent, counted, close } = openLog()
    const careless = log as unknown as { info: (event: string, fields: object) => void }
    careless.info('Lovelace logged in', { student: 'Lovelace' })
    const written = JSON.stringify(line())
    await close()
    expect(written + sent.join('')).not.to.contain('Lovelace')
    expect(written).to.contain('[redacted]')
    expect(counted).to.have.length(2)
  })

  it('writes no line below its level', async () => {
    const { log, sent, close } = openLog()
    log.debug('checkpoint published')
    await close()
    expect(sent).to.deep.equal([])
  })

  it('does not compile an undeclared event, field or value', () => {
    const misuse = (log: Log) => {
      // @ts-expect-error the event is not declared
      log.info('Ada logged in')
      // @ts-expect-error the field is not declared
      log.info('login succeeded', { student: 'Ada' })
      // @ts-expect-error the field is personal
      log.info('login succeeded', { 'client.address': '127.0.0.1' })
      // @ts-expect-error the value is not in the closed list
      log.info('login succeeded', { role: 'dean' })
      // @ts-expect-error the value has another type
      log.info('login succeeded', { count: 'three' })
    }
    expect(misuse).to.be.a('function')
  })
})
