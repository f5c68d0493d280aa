// A program for Nest, with TypeScript's decorators: npx tsx main.ts, beside its tsconfig.json
import "reflect-metadata";
import { Readable } from "node:stream";
import {
  Body,
  Controller,
  Get,
  Headers,
  HttpCode,
  Inject,
  Injectable,
  Module,
  Param,
  Post,
  Query,
  Redirect,
  Res,
  StreamableFile,
} from "@nestjs/common";
import { NestFactory } from "@nestjs/core";

/** As much of Express as is used here. */
interface Response {
  cookie(name: string, value: string, options: { httpOnly: boolean }): void;
}

@Injectable()
class GreetingService {
  greet(name: string): string {
    return `Hello, ${name}!`;
  }
}

@Controller()
class AppController {
  // esbuild, and so tsx, writes no types of parameters: Nest has to be told what to inject.
  constructor(@Inject(GreetingService) readonly greetings: GreetingService) {}

  @Get()
  hello(): string {
    return "Hello World!";
  }

  @Get("greet")
  greet(@Query("name") name: string): string {
    return this.greetings.greet(name);
  }

  @Post("json")
  json(@Body() body: unknown): unknown {
    return body;
  }

  @Post("form")
  @HttpCode(200)
  form(@Body("name") name: string): string {
    return this.greetings.greet(name);
  }

  @Get("users/:name")
  user(@Param("name") name: string): string {
    return `User ${name}`;
  }

  @Get("old")
  @Redirect("/")
  old(): void {}

  @Get("visits")
  visits(
    @Headers("cookie") cookie: string | undefined,
    @Res({ passthrough: true }) response: Response,
  ): string {
    const visits = 1 + Number(/visits=(\d+)/.exec(cookie ?? "")?.[1]);
    response.cookie("visits", `${visits}`, { httpOnly: true });
    return `Visit ${visits}`;
  }

  @Get("stream")
  stream(): StreamableFile {
    return new StreamableFile(Readable.from(count(), { objectMode: false }));
  }

  @Get("error")
  error(): never {
    throw new Error("told");
  }
}

async function* count(): AsyncGenerator<string> {
  for (const word of ["one", "two", "three"]) {
    await new Promise(setImmediate);
    yield `${word}\n`;
  }
}

@Module({ controllers: [AppController], providers: [GreetingService] })
class AppModule {}

async function bootstrap(): Promise<void> {
  const app = await NestFactory.create(AppModule, { logger: ["error"] });
  await app.listen(3000);
}
bootstrap();
