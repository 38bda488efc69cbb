import { copy } from '../shell/say.tsx'
import { formatPath } from '../value/path.ts'
import type { Node } from '../value/tree.ts'

export const copyPath = (node: Node) => copy(formatPath(node.path), 'the path')

export const copyValue = (node: Node) => copy(JSON.stringify(node.value, null, 2), 'the value as JSON')
