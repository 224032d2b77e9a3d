/**
 * Terraform folders as resources: each root with its modules, once for every environment there are variables of.
 * Nothing is run and nothing is fetched: what is not there is not known.
 */
import { dirname } from 'node:path'
import type { GatherFault, Resource } from '../evidence.ts'
import { attributesOf } from './module/attributes.ts'
import { moduleSource } from './module/folder.ts'
import { isSensitiveVariable, resourcesOf, rootModule, withSecret, type Shown } from './module/resources.ts'
import { groupsOf, isLocal, localFolder, neighboursOf, rootsOf, type Owners } from './module/roots.ts'
import { parseFile, type FileBytes, type ModuleSource } from './module/source.ts'
import { environmentsOf, type Environment, type VariableLayer } from './module/environments.ts'
import type { ModuleInstance } from './module/instance.ts'
import { Stack } from './module/stack.ts'
import { readVariableFile, type VariableFile } from './module/variable-files.ts'

export interface Gathered {
  readonly resources: readonly Resource[]
  readonly faults: readonly GatherFault[]
}

export interface TerraformInput {
  /** `*.tf` and variable files of all folders; the order of files of one folder is kept. */
  readonly files: readonly FileBytes[]
  /** Files of modules that Terraform has fetched; they are no roots. */
  readonly fetched?: readonly FileBytes[]
  /** For each root folder the folders of its fetched modules, by their key in `modules.json`. */
  readonly manifests?: ReadonlyMap<string, ReadonlyMap<string, string>>
  /** Reads a text file for a root; undefined for what is outside of the scanned folder. */
  readonly readFile?: (root: string, path: string) => string | undefined
  /** Values as `TF_VAR_name` gives them, by the name of the variable. */
  readonly variables?: Readonly<Record<string, string>>
  /** Variable files and values that were chosen, the later wins; other files count only where Terraform loads them. */
  readonly chosen?: readonly Chosen[]
}

export type Chosen = FileBytes | { readonly name: string; readonly value: string }

/** Reads the files of one folder; for several see `gatherStacks`. */
export function gatherTerraform(files: readonly FileBytes[]): Gathered {
  return gatherStacks({ files })
}

/** Reads folders of Terraform: roots, and the modules they call. */
export function gatherStacks(input: TerraformInput): Gathered {
  const reader = new StackReader(input)
  reader.readAll()
  return { resources: reader.resources, faults: reader.faults }
}

class StackReader {
  readonly resources: Resource[] = []
  readonly faults: GatherFault[] = []
  private readonly input: TerraformInput
  private readonly folders: ReadonlyMap<string, ModuleSource>
  private readonly fetched: ReadonlyMap<string, ModuleSource>
  private readonly variableFiles: readonly VariableFile[]
  private readonly layers: readonly VariableLayer[]
  private readonly shown: Shown = { folders: new Set() }
  private readonly modules = new Map<Stack, ModuleInstance>()
  private readonly bytes: number
  /** Variables that some folder marks as secret: a file of values does not say which folder it is for. */
  private readonly secretNames: ReadonlySet<string>

  constructor(input: TerraformInput) {
    this.input = input
    const isVariables = ({ file }: FileBytes) => /\.tfvars(?:\.[\w-]+)*$/.test(file)
    this.folders = sourcesOf(input.files.filter((file) => !isVariables(file)))
    this.fetched = sourcesOf((input.fetched ?? []).filter((file) => !isVariables(file)))
    this.variableFiles = input.files.filter(isVariables).map(readVariableFile)
    this.secretNames = new Set(
      [...this.folders.values()].flatMap(({ variables }) =>
        [...variables].filter(([, declared]) => isSensitiveVariable(declared)).map(([name]) => name),
      ),
    )
    this.layers = (input.chosen ?? []).map((each) => ('bytes' in each ? readVariableFile(each) : each))
    this.bytes = [...input.files, ...(input.fetched ?? [])].reduce((sum, { bytes }) => sum + bytes.length, 0)
  }

  readAll(): void {
    for (const { faults } of [...this.folders.values(), ...this.fetched.values()]) this.faults.push(...faults)
    const found = new Set(this.variableFiles.map(({ file }) => file))
    const chosen = this.layers.filter((layer) => 'values' in layer && !found.has(layer.file))
    for (const file of [...this.variableFiles, ...chosen]) if ('values' in file) this.addVariables(file)
    const roots = rootsOf(this.folders)
    const neighbours = roots.length > 1 ? neighboursOf(roots) : new Map<ModuleSource, Owners>()
    const groups = groupsOf(roots, neighbours)
    const stacks = roots.flatMap((root) => this.stacksOf(root, groups.get(root) ?? root.folder))
    const ofRoot = Map.groupBy(stacks, ({ parts }) => parts.root)
    for (const stack of stacks) {
      const owners = neighbours.get(stack.parts.root) ?? new Map<string, ModuleSource>()
      const found = [...owners].flatMap(([address, owner]) => {
        const other = stackFor(stack.parts, ofRoot.get(owner) ?? [])
        return other === undefined ? [] : [[address, other] as const]
      })
      const others = new Map(found)
      stack.elsewhere = (address) => {
        const other = others.get(address)
        return other === undefined ? undefined : this.modules.get(other)?.resourceBlock(address)
      }
    }
    for (const stack of stacks) {
      const module = this.modules.get(stack) ?? rootModule(stack)
      for (const resource of resourcesOf(stack, module, this.shown)) this.resources.push(resource)
      this.faults.push(...stack.allFaults())
    }
  }

  private stacksOf(root: ModuleSource, group: string): Stack[] {
    const environments = environmentsOf(root, {
      files: this.variableFiles,
      folders: this.folders,
      variables: this.input.variables ?? {},
      layers: this.layers,
    })
    return environments.map((environment) => this.stackOf(root, group, environment))
  }

  private stackOf(root: ModuleSource, group: string, { name, given }: Environment): Stack {
    const { readFile } = this.input
    const stack = new Stack({
      root,
      group,
      given,
      bytes: this.bytes,
      ...(name === undefined ? {} : { environment: name }),
      findModule: (source, from, path) => this.findModule(root, { source, from, path }),
      readFile: (path) => readFile?.(root.folder, path),
    })
    this.modules.set(stack, rootModule(stack))
    return stack
  }

  private findModule(
    root: ModuleSource,
    { source, from, path }: { readonly source: string; readonly from: ModuleSource; readonly path: string },
  ): ModuleSource | undefined {
    if (isLocal(source)) {
      const folder = localFolder(source, from)
      return this.folders.get(folder) ?? this.fetched.get(folder)
    }
    const folder = this.input.manifests?.get(root.folder)?.get(path)
    return folder === undefined ? undefined : this.fetched.get(folder)
  }

  private addVariables({ file, faults, whole }: VariableFile): void {
    this.faults.push(...faults)
    const position = { file, startLine: 1, endLine: 1 }
    const attributes = attributesOf(withSecret(whole, this.secretNames), position)
    this.resources.push({
      kind: 'terraform',
      type: 'tfvars',
      name: file,
      address: 'tfvars',
      position,
      attributes,
    })
  }
}

/** Another root is asked in the same environment; where it has none of the name, in the one that is always there. */
function stackFor({ environment }: Stack['parts'], stacks: readonly Stack[]): Stack | undefined {
  const inSame = stacks.find(({ parts }) => parts.environment === environment)
  return inSame ?? stacks.find(({ parts }) => parts.environment === undefined)
}

function sourcesOf(files: readonly FileBytes[]): Map<string, ModuleSource> {
  const folders = Map.groupBy(files, ({ file }) => folderOf(file))
  return new Map([...folders].map(([folder, each]) => [folder, moduleSource(folder, each.map(parseFile))]))
}

function folderOf(file: string): string {
  const folder = dirname(file)
  return folder === '.' ? '' : folder
}
