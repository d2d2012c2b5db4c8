import type { MethodDeploymentOptions } from 'aws-cdk-lib/aws-apigateway';

/** How much one route lets through. */
export interface RouteLimit {
  /** Steady requests a second. */
  readonly ratePerS: number;
  /** Requests at once. */
  readonly burst: number;
}

/** What a route is for, which decides how much it lets through. */
export type RouteClass = 'calls' | 'office' | 'health';

/**
 * The limit of each class. Calls get what the settings give them. What a person or a back office asks for is rare, and anybody may ask for
 * health: a flood there is stopped long before it uses up what the account's routes share, which calls need.
 */
export const limitsOf = (calls: RouteLimit): Readonly<Record<RouteClass, RouteLimit>> => ({
  calls,
  office: { ratePerS: 5, burst: 10 },
  health: { ratePerS: 10, burst: 20 },
});

/** What a stage is told of a limit. A method's own settings take the place of all of the stage's, not of the limit alone. */
export const throttled = ({ ratePerS, burst }: RouteLimit): MethodDeploymentOptions => ({
  throttlingRateLimit: ratePerS,
  throttlingBurstLimit: burst,
});
