/** Carries the active context across callbacks, promises and timers with AsyncLocalStorage. */
import { AsyncLocalStorage } from 'node:async_hooks'
import { EventEmitter } from 'node:events'
import { ROOT_CONTEXT, type Context, type ContextManager } from '@opentelemetry/api'

/** The one store of the process; the hot paths of this room use it without the API in between. */
export const contextStore = new AsyncLocalStorage<Context>()

/** Tells the active context. */
export function activeContext(): Context {
  return contextStore.getStore() ?? ROOT_CONTEXT
}

const listenerMethods = [
  'addListener',
  'on',
  'once',
  'prependListener',
  'prependOnceListener',
] as const satisfies readonly (keyof EventEmitter)[]

/** The same store for everybody who uses the OpenTelemetry API. */
export class StoreContextManager implements ContextManager {
  active(): Context {
    return activeContext()
  }

  with<A extends unknown[], F extends (...args: A) => ReturnType<F>>(
    context: Context,
    fn: F,
    thisArg?: ThisParameterType<F>,
    ...args: A
  ): ReturnType<F> {
    return contextStore.run(context, () => fn.apply(thisArg, args))
  }

  bind<T>(context: Context, target: T): T {
    if (target instanceof EventEmitter) return bindEmitter(context, target)
    if (typeof target !== 'function') return target
    // `target` is a function; the proxy is called exactly like it, so it has the same type.
    return new Proxy(target, {
      apply: (inner, self, args): unknown =>
        contextStore.run(context, (): unknown => Reflect.apply(inner, self, args)),
    }) as T
  }

  enable(): this {
    return this
  }

  disable(): this {
    contextStore.disable()
    return this
  }
}

/** Runs listeners that are added from now on in `context`; `removeListener` still finds them. */
function bindEmitter<T extends EventEmitter>(context: Context, emitter: T): T {
  for (const method of listenerMethods) {
    const original = emitter[method]
    emitter[method] = function (this: EventEmitter, event, listener) {
      const bound = (...args: unknown[]) =>
        contextStore.run(context, () => Reflect.apply(listener, this, args))
      // Node looks for `listener.listener` when a listener is removed, as it does for `once`.
      return original.call(this, event, Object.assign(bound, { listener }))
    }
  }
  return emitter
}
