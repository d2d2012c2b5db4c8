import type { MethodDeploymentOptions } from 'aws-cdk-lib/aws-apigateway';

/** How many requests one route accepts. */
export interface RouteLimit {
  /** Steady requests a second. */
  readonly ratePerS: number;
  /** Burst limit: requests at the same moment. */
  readonly burst: number;
}

/** What a route is for: calls depend on it, people and back offices use it, or anybody may ask it for the health. */
export type RouteClass = 'calls' | 'admin' | 'health';

/**
 * The limit of each class. Routes for calls get what the settings say. Requests of people and back offices are rare,
 * and anybody may ask for the health: their small limits stop a flood long before it uses up the account's share of
 * requests, which calls need.
 */
export const limitsOf = (calls: RouteLimit): Readonly<Record<RouteClass, RouteLimit>> => ({
  calls,
  admin: { ratePerS: 5, burst: 10 },
  health: { ratePerS: 10, burst: 20 },
});

/**
 * The limit as options of a stage or a method. The options of a method replace all options of the stage, not the limit
 * alone.
 */
export const throttled = ({ ratePerS, burst }: RouteLimit): MethodDeploymentOptions => ({
  throttlingRateLimit: ratePerS,
  throttlingBurstLimit: burst,
});
