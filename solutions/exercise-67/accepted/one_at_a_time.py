"""One observation at a time: each posterior is the next prior, and the mean moves by a gain times the surprise."""


def posterior_normal(x, mu0, tau0, sigma):
    mean, variance = float(mu0), float(tau0) ** 2
    for observation in x:
        gain = variance / (variance + sigma**2)
        mean += gain * (float(observation) - mean)
        variance *= 1 - gain
    return mean, variance
