/** Types of the walls, for the test that plants a violation of each. */
import type { IForbiddenRuleType, ICruiseOptions, IResolveOptions } from 'dependency-cruiser'

declare const walls: {
  readonly forbidden: (IForbiddenRuleType & { readonly name: string })[]
  readonly options: Required<Pick<ICruiseOptions, 'exclude' | 'doNotFollow'>> & {
    readonly enhancedResolveOptions: Partial<IResolveOptions>
  }
}
// dependency-cruiser reads the default export of its configuration.
export default walls
