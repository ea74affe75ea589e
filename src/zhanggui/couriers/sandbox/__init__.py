"""The practice courier: a carrier of our own on loopback, which misbehaves when told to, and the plugin that speaks to it."""
