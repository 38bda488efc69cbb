export { type Budget, Expression } from './expression.ts'
export { ExpressionLanguage } from './language.ts'
export { defaultExpressionLimits, type ExpressionLimits } from './limits.ts'
