export {
  type DiagramInvoke,
  type DiagramState,
  type DiagramTransition,
  diagramOf,
  idsOfTaken,
  type MachineDiagram,
} from './diagram.ts'
