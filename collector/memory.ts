/** Watches the memory of this process for the limiter, and collects garbage under pressure. */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { pressureOf, shouldCollect, type MemoryLimits } from './process/limit.ts'

export interface MemoryWatch {
  readonly isLimited: () => boolean
  readonly stop: () => void
}

/** Starts to check memory every `checkMillis`. Heap and buffers count: resident memory does not shrink with them. */
export function watchMemory(limits: MemoryLimits & { readonly checkMillis: number }): MemoryWatch {
  // Without collecting, garbage alone could hold the limiter shut on an idle process.
  setFlagsFromString('--expose-gc')
  // V8 defines `gc` without parameters once the flag is set.
  const collect = runInNewContext('gc') as () => void
  let isLimited = false
  let collectedAt = Number.NEGATIVE_INFINITY
  const check = () => {
    const pressure = pressureOf(used(), limits)
    if (shouldCollect(pressure, performance.now() - collectedAt)) {
      collect()
      collectedAt = performance.now()
    }
    isLimited = pressure !== 'none' && pressureOf(used(), limits) !== 'none'
  }
  const timer = setInterval(check, limits.checkMillis)
  timer.unref()
  return { isLimited: () => isLimited, stop: () => clearInterval(timer) }
}

function used(): number {
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}
