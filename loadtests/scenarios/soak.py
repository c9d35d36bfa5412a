"""soak: a long walk with bad networks. Nothing may pile up, and nothing may get lost on the way."""

from locust import between, constant, task

from loadtests import host
from loadtests.walker import Walker


class Host(host.Host):
    wait_time = constant(5)

    def on_start(self) -> None:
        super().on_start()
        self.hold("a long walk")

    @task
    def talk(self) -> None:
        self.announce()


class LongWalker(Walker):
    wait_time = between(2, 6)

    @task(20)
    def walk(self) -> None:
        self.sync()

    @task(5)
    def look(self) -> None:
        self.look_at_my_place()

    @task(1)
    def wonder(self) -> None:
        self.ask_why()

    @task(1)
    def lose_the_network(self) -> None:
        self.client.cut()
