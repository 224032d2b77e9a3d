/** Brings a drill's fault about and takes it back. */
import type { Drill } from '../catalogue.ts'
import type { PortName } from '../../contracts/ports.ts'
import { switchOff, switchOn } from '../wire/switches.ts'
import type { Injection } from './fault.ts'
import { startFlood } from './flood.ts'
import { startStuffing } from './stuffing.ts'
import { openTampering, type TamperingOptions } from './tamper.ts'

export interface InjectionOptions extends TamperingOptions {
  readonly urlOf: (door: PortName) => string
  readonly token: string
}

/** Prepares the fault of a drill. */
export function openInjection({ injection }: Drill, options: InjectionOptions): Injection {
  const { urlOf, token } = options
  switch (injection.by) {
    case 'switch': {
      const target = { url: urlOf(injection.door), token, fault: injection.fault }
      return { begin: (seconds) => switchOn(target, seconds), end: () => switchOff(target) }
    }
    case 'flood':
      return untilEnd(() => startFlood(urlOf('otlpHttp')))
    case 'stuffing':
      return untilEnd(() => startStuffing(urlOf('gateway')))
    case 'tampering':
      return openTampering(options)
  }
}

/** Of what runs in this process: it ends with it, and after its time. */
function untilEnd(start: () => Promise<{ readonly stop: () => Promise<void> }>): Injection {
  let running: { readonly stop: () => Promise<void> } | undefined
  let timer: NodeJS.Timeout | undefined
  const end = async () => {
    clearTimeout(timer)
    await running?.stop()
    running = undefined
  }
  return {
    begin: async (seconds) => {
      running = await start()
      timer = setTimeout(() => void end(), seconds * 1_000)
      timer.unref()
    },
    end,
  }
}
