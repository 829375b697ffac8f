/** A Deployment of ten pods whose image changes after a minute. */
export const SCENARIO = `apiVersion: rollsim/v1alpha1
kind: Scenario
metadata: {name: small}
cluster:
  nodes: [{name: node, count: 3}]
behavior:
  - {pull: 2s, start: 500ms, ready: {uniform: {min: 1s, max: 4s}}, terminate: 1s}
steps:
  - {at: 60s, kubectl: set image deployment/web app=web:v2}
until: 20m
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 10
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
        - name: app
          image: web:v1
          resources: {requests: {cpu: 100m, memory: 64Mi}}
`;
