/**
 * Every attribute and log-field key the appliance may carry, with its class:
 *
 * - `safe`: a closed or short technical value, kept when it has the declared type and bounds;
 * - `join`: the value joins records of one person and leaves only as a keyed HMAC;
 * - `personal`: never leaves; listed so that its loss is named and counted;
 * - `template`: rewritten into a declared template, refused where it fits none.
 *
 * Names are those of the OpenTelemetry semantic conventions where they have one. A key that is not here is
 * dropped by the fence.
 */
import { browserAttributes } from './attributes/browser.ts'
import { campusAttributes } from './attributes/campus.ts'
import { databaseAttributes } from './attributes/database.ts'
import type { AttributeSpec, ValueOf } from './attributes/define.ts'
import { httpAttributes } from './attributes/http.ts'
import { resourceAttributes } from './attributes/resource.ts'

export const attributes = {
  ...resourceAttributes,
  ...httpAttributes,
  ...databaseAttributes,
  ...browserAttributes,
  ...campusAttributes,
} as const satisfies Record<string, AttributeSpec>

export type AttributeKey = keyof typeof attributes

/** Attributes as a caller may write them: an undeclared key, a personal one or a wrong type does not compile. */
export type Attributes = {
  readonly [K in AttributeKey as ValueOf<(typeof attributes)[K]> extends never ? never : K]?: ValueOf<
    (typeof attributes)[K]
  >
}
