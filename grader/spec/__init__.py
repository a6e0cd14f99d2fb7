"""From YAML to a frozen description: a strict loader, places for every fault, kinds by name."""
