export {
  type DiagramInvoke,
  type DiagramState,
  type DiagramTransition,
  diagramOf,
  type MachineDiagram,
} from './diagram.ts'
